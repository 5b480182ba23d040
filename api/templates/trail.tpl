{{%AUTOESCAPE context="HTML"}}{{#EMPTY}}<p class="undisclosed">No audit has judged a label of this entry yet.</p>{{/EMPTY}}
{{#TABLE}}
<table class="list trail">
<thead><tr><th scope="col">Label</th><th scope="col">Verdict</th><th scope="col">Claimed</th><th scope="col">Observed</th></tr></thead>
{{#OPENED}}
<tbody>
<tr><th scope="rowgroup" colspan="4">{{#BEGUN}}Since <time datetime="{{TIME}}">{{DATE}}</time>, {{/BEGUN}}{{#RUN_PAGE}}<a href="{{URL}}">run {{RUN}}</a>{{/RUN_PAGE}}{{#NO_RUN_PAGE}}run {{RUN}}{{/NO_RUN_PAGE}}</th></tr>
{{#PERIOD}}
<tr><th scope="row"><bdi>{{PERIOD_LABEL}}</bdi></th><td data-title="Verdict"><span class="v {{CLASS}}">{{VERDICT}}</span>{{#ENDED}} <span class="unit">until run {{LAST}}</span>{{/ENDED}}</td><td data-title="Claimed"><bdi>{{CLAIMED}}</bdi></td><td data-title="Observed"><bdi>{{OBSERVED}}</bdi></td></tr>
{{/PERIOD}}
</tbody>
{{/OPENED}}
</table>
{{/TABLE}}
{{#CUT}}<p>There are more periods than fit here.</p>{{/CUT}}
{{#UNAUDITED}}<p class="unit">Omitted: labels that no auditor covers ({{UNAUDITED_COUNT}}).</p>{{/UNAUDITED}}
{{#JSON}}<p><a href="{{URL}}">Full history as JSON</a></p>{{/JSON}}
