{{%AUTOESCAPE context="HTML"}}{{#BASE}}<div>Base repository: {{#LINKED}}<a href="{{URL}}" rel="nofollow noopener noreferrer">{{NAME}}</a>{{/LINKED}}{{#UNLINKED}}<bdi>{{NAME}}</bdi>{{/UNLINKED}} {{#MARKS}}{{>MARK}}{{/MARKS}}</div>{{/BASE}}
{{#NONE}}<p class="undisclosed">The catalog lists no quantizations.</p>{{/NONE}}
<ul class="families">
{{#FAMILY_ROW}}
<li><div class="family"><h3><bdi>{{FAMILY}}</bdi></h3>{{#BEYOND}}<span class="found">found by the audit, not in the catalog</span>{{/BEYOND}}{{#MARKS}}{{>MARK}}{{/MARKS}}</div>
<p>{{DESCRIPTION}}</p>
<dl class="pairs">
<dt>Loaded by</dt><dd>{{#RUNTIME}}<span class="word">{{RUNTIME_NAME}}</span> {{/RUNTIME}}{{#NO_RUNTIME}}<span class="undisclosed">not known</span>{{/NO_RUNTIME}}</dd>
<dt>Witness</dt><dd>{{#WITNESS}}{{#LINKED}}<a href="{{URL}}" rel="nofollow noopener noreferrer">{{REPOSITORY}}</a>{{/LINKED}}{{#UNLINKED}}<bdi>{{REPOSITORY}}</bdi>{{/UNLINKED}} <span class="unit">at {{COMMIT}}</span>{{/WITNESS}}{{#NO_WITNESS}}<span class="undisclosed">no repository has shown it</span>{{/NO_WITNESS}}</dd>
{{#WITNESS}}{{#TYPES}}<dt>Types</dt><dd><bdi>{{TEXT}}</bdi></dd>{{/TYPES}}{{#FORMAT}}<dt>Known from</dt><dd><bdi>{{TEXT}}</bdi></dd>{{/FORMAT}}{{#SIZE}}<dt>Size</dt><dd>{{TEXT}}</dd>{{/SIZE}}{{/WITNESS}}
<dt>Last confirmed</dt><dd>{{#CONFIRMED}}<time datetime="{{TIME}}">{{DATE}}</time>{{/CONFIRMED}}{{#UNCONFIRMED}}<span class="undisclosed">never</span>{{/UNCONFIRMED}}</dd>
</dl></li>
{{/FAMILY_ROW}}
</ul>
