{{%AUTOESCAPE context="HTML"}}{{#NO_OFFER}}<p class="undisclosed">The catalog gives no price.</p>{{/NO_OFFER}}
{{#OFFERS}}
<table class="list offers">
<thead><tr><th scope="col">Provider</th><th scope="col">Input, per million tokens</th><th scope="col">Output, per million tokens</th><th scope="col">As of</th><th scope="col">Source</th></tr></thead>
<tbody>
{{#OFFER}}
<tr><th scope="row"><bdi>{{VENDOR}}</bdi></th>
<td data-title="Input">{{#INPUT}}<span class="price">{{>VALUE}}</span> {{#MARKS}}{{>MARK}}{{/MARKS}}{{/INPUT}}</td>
<td data-title="Output">{{#OUTPUT}}<span class="price">{{>VALUE}}</span> {{#MARKS}}{{>MARK}}{{/MARKS}}{{/OUTPUT}}</td>
<td data-title="As of">{{#AS_OF}}<time>{{DATE}}</time>{{/AS_OF}}{{#UNDATED}}<span class="undisclosed">not dated</span>{{/UNDATED}}</td>
<td data-title="Source">{{#LINKED}}<a href="{{URL}}" rel="nofollow noopener noreferrer">{{HOST}}</a>{{/LINKED}}{{#UNSOURCED}}<span class="undisclosed">no source</span>{{/UNSOURCED}}{{#VIA}} <span class="found">via Artificial Analysis</span>{{/VIA}} {{#SOURCE_MARKS}}{{>MARK}}{{/SOURCE_MARKS}}</td></tr>
{{/OFFER}}
</tbody>
</table>
{{/OFFERS}}
{{#OBSERVED}}
<h3>What each source says now</h3>
<table class="list">
<thead><tr><th scope="col">Provider</th><th scope="col">Source, and its name for the model</th><th scope="col">Input</th><th scope="col">Output</th><th scope="col">Seen</th></tr></thead>
<tbody>
{{#PRICE}}
<tr><th scope="row"><bdi>{{PROVIDER}}</bdi></th><td data-title="Source"><bdi>{{SEEN_SOURCE}}</bdi> <span class="unit"><bdi>{{MODEL}}</bdi></span></td><td data-title="Input"><bdi>{{INPUT}}</bdi></td><td data-title="Output"><bdi>{{OUTPUT}}</bdi></td><td data-title="Seen">{{#AT}}<time datetime="{{TIME}}">{{DATE}}</time>{{/AT}}{{#STORED}} · <a href="{{URL}}">evidence</a>{{/STORED}}</td></tr>
{{/PRICE}}
</tbody>
</table>
{{#MORE}}<p class="unit">{{MORE_COUNT}} more not shown.</p>{{/MORE}}
{{/OBSERVED}}
{{#HISTORY}}
<h3>Price history</h3>
{{#DRAWING}}
<p class="unit">From {{BEGIN}} to {{END}}, each offer on its own scale, starting at zero. Thick line: input; thin line: output; dotted: not seen in between.</p>
<table class="list drawn">
<thead><tr><th scope="col">Provider and source</th><th scope="col">Steps</th><th scope="col">Latest, per million tokens</th></tr></thead>
<tbody>
{{#DRAWN}}
<tr><th scope="row"><bdi>{{PROVIDER}}</bdi> <span class="unit"><bdi>{{TELLER}}</bdi></span></th><td data-title="Steps"><svg class="steps" viewBox="0 0 240 48" preserveAspectRatio="none" role="img" aria-label="{{TOLD}}"><title>{{TOLD}}</title><path d="M0 47.5H240"/><path class="o b" d="{{OUTPUT_BETWEEN}}"/><path class="o" d="{{OUTPUT_SEEN}}"/><path class="i b" d="{{INPUT_BETWEEN}}"/><path class="i" d="{{INPUT_SEEN}}"/></svg></td><td data-title="Latest">{{LAST}}</td></tr>
{{/DRAWN}}
</tbody>
</table>
{{/DRAWING}}
<p class="unit">{{#SINGLE}}Each source has been read only once so far, most recently on {{BEGIN}}; the chart starts with the second reading. {{/SINGLE}}{{#DRAWING}}{{#MORE}}{{COUNT}} more offers not drawn. {{/MORE}}{{/DRAWING}}{{#ALL}}<a href="{{URL}}">All prices as JSON</a>{{/ALL}}</p>
{{/HISTORY}}
{{#BEYOND}}
<h3>Offers missing from the catalog</h3>
<table class="facts">
<thead class="vh"><tr><th scope="col">Label</th><th scope="col">Value</th><th scope="col">Verdict</th></tr></thead>
<tbody>
{{#ROW}}
<tr><th scope="row"><bdi>{{NAME}}</bdi></th><td>{{>VALUE}}</td><td class="marks">{{#MARKS}}{{>MARK}}{{/MARKS}}</td></tr>
{{/ROW}}
</tbody>
</table>
{{/BEYOND}}
