{{%AUTOESCAPE context="HTML"}}<nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="{{RUNS_URL}}">Runs</a></li><li aria-current="page">Run {{ID}}</li></ol></nav>
<h1>Run {{ID}}</h1>
<p class="tally">{{#COUNTED}}<span class="v {{CLASS}}">{{NUMBER}} {{NAME}}</span> {{/COUNTED}}</p>
<dl class="pairs">
<dt>Status</dt><dd><bdi>{{STATUS}}</bdi></dd>
<dt>Started</dt><dd>{{#STARTED}}<time datetime="{{TIME}}">{{MINUTE}}</time> UTC{{/STARTED}}</dd>
<dt>Finished</dt><dd>{{#FINISHED}}<time datetime="{{TIME}}">{{MINUTE}}</time> UTC{{/FINISHED}}{{#UNFINISHED}}<span class="undisclosed">not finished</span>{{/UNFINISHED}}</dd>
<dt>Answers from</dt><dd><bdi>{{ORIGIN}}</bdi></dd>
<dt>Auditors</dt><dd>{{#AUDITOR}}<span class="word">{{AUDITOR_ID}}</span> {{/AUDITOR}}</dd>
<dt>Catalog</dt><dd><bdi>{{CATALOG}}</bdi>{{#COMMIT}}, commit <code>{{COMMIT_ID}}</code>{{/COMMIT}}<br><span class="unit">SHA-256 <code>{{SHA256}}</code></span></dd>
<dt>Requests</dt><dd>{{SENT}} sent, {{NOT_MODIFIED}} not modified, {{RETRIED}} retried, {{BYTES}} bytes received</dd>
<dt>Version</dt><dd>assay {{VERSION}}</dd>
</dl>
{{#HEALTH}}
<h2>Sources</h2>
<table class="list">
<thead><tr><th scope="col">Source</th><th scope="col">Health</th><th scope="col">Results</th></tr></thead>
<tbody>
{{#SOURCE}}
<tr><th scope="row"><bdi>{{SOURCE_NAME}}</bdi></th><td data-title="Health"><span class="v {{CLASS}}">{{STATE}}</span></td><td data-title="Results">{{#RESULT}}<span class="word"><bdi>{{RESULT_NAME}}</bdi>: {{RESULT_COUNT}}</span> {{/RESULT}}</td></tr>
{{/SOURCE}}
</tbody>
</table>
{{/HEALTH}}
{{#OFFERS}}
<h2>Price offers</h2>
<p>What this run read in price lists that were complete and newly fetched. An offer is joined to an entry by exact keys only; offers for models outside the catalog are kept too.</p>
<table class="list">
<thead><tr><th scope="col">Source</th><th scope="col">Read</th><th scope="col">Joined</th><th scope="col">Not joined</th></tr></thead>
<tbody>
{{#OFFERING}}
<tr><th scope="row"><bdi>{{SOURCE_NAME}}</bdi></th><td data-title="Read">{{READ}}</td><td data-title="Joined">{{JOINED}}</td><td data-title="Not joined">{{UNJOINED}}{{#ALL}}, <a href="{{URL}}">all as CSV</a>{{/ALL}}{{#LIST}}<details><summary>{{SHOWN}}</summary><ul>{{#OFFER}}<li><bdi>{{PROVIDER}}</bdi>: <bdi>{{NAME}}</bdi>{{#VARIANT}} ({{VARIANT_NAME}}){{/VARIANT}}</li>{{/OFFER}}</ul></details>{{/LIST}}</td></tr>
{{/OFFERING}}
</tbody>
</table>
{{/OFFERS}}
{{#JSON}}<p class="unit"><a href="{{URL}}">This run as JSON</a></p>{{/JSON}}
