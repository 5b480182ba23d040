{{%AUTOESCAPE context="HTML"}}<h1>Models</h1>
<p class="lead">What this catalog claims about {{COUNT}} models, and what the evidence says about each claim. <a href="{{VERDICTS_URL}}">What the verdicts mean</a>.</p>
<form class="filter" method="get" action="{{ACTION}}" role="search" aria-label="Models"{{#STATIC}} hidden{{/STATIC}}>
<label>Search<input type="search" name="q" value="{{SOUGHT}}" maxlength="100"></label>
{{#FILTER}}
<label>{{FILTER_TITLE}}<select name="{{FILTER_NAME}}"><option value="">any</option>{{#CHOICE}}<option value="{{OPTION}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{OPTION_TEXT}}</option>{{/CHOICE}}</select></label>
{{/FILTER}}
<span class="field"><label for="order">Order</label><select id="order" name="sort"><option value="">as in the catalog</option>{{#ORDER}}<option value="{{OPTION}}"{{#CHOSEN}} selected{{/CHOSEN}}>{{OPTION_TEXT}}</option>{{/ORDER}}</select></span>
<button type="submit">Show</button>
</form>
<p class="unit" id="found" role="status">{{FOUND}} of {{COUNT}} models{{#WINDOW}}, showing {{FROM}} to {{TO}}{{/WINDOW}}</p>
<table class="list wide models"{{#WHOLE}} data-whole="yes"{{/WHOLE}}>
<thead><tr>{{#COLUMN}}<th scope="col" data-key="{{KEY}}" data-kind="{{KIND}}"{{#SORTED}} aria-sort="{{DIRECTION}}"{{/SORTED}}>{{#LINK}}<a href="{{URL}}">{{COLUMN}}</a>{{/LINK}}{{#PLAIN}}{{COLUMN}}{{/PLAIN}}</th>{{/COLUMN}}</tr></thead>
<tbody>
{{#MODEL}}
<tr><th scope="row">{{#LINKED}}<a href="{{URL}}"><bdi>{{NAME}}</bdi></a>{{/LINKED}}{{#UNLINKED}}<bdi>{{NAME}}</bdi>{{/UNLINKED}}</th><td data-title="Family"><bdi>{{FAMILY}}</bdi></td><td data-title="Developer"><bdi>{{DEVELOPER}}</bdi></td><td data-title="Openness"><bdi>{{OPENNESS}}</bdi></td>{{#PARAMS}}<td data-title="Size" data-sort="{{SORT}}"><bdi>{{TEXT}}</bdi></td>{{/PARAMS}}{{#CONTEXT}}<td data-title="Context" data-sort="{{SORT}}"><bdi>{{TEXT}}</bdi></td>{{/CONTEXT}}{{#QUANTIZATIONS}}<td data-title="Quantizations" data-sort="{{SORT}}"><bdi>{{TEXT}}</bdi></td>{{/QUANTIZATIONS}}{{#PRICE}}<td data-title="Price" data-sort="{{SORT}}"><bdi>{{TEXT}}</bdi></td>{{/PRICE}}<td data-title="Verdicts" data-sort="{{ALARMS}}">{{#COUNTED}}<span class="v {{CLASS}}">{{NUMBER}} {{NAME}}</span> {{/COUNTED}}{{#NEVER}}<span class="undisclosed">none yet</span>{{/NEVER}}</td></tr>
{{/MODEL}}
</tbody>
</table>
{{#NONE}}<p>No model matches these filters.</p>{{/NONE}}
<p>{{#BEFORE}}<a href="{{URL}}" rel="prev">Previous models</a> {{/BEFORE}}{{#AFTER}}<a href="{{URL}}" rel="next">Next models</a>{{/AFTER}}</p>
{{#JSON}}<p class="unit"><a href="{{URL}}">These models as JSON</a></p>{{/JSON}}
