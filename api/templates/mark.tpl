{{%AUTOESCAPE context="HTML"}}<details class="mark {{CLASS}}"><summary><span class="v {{CLASS}}">{{VERDICT}}</span><span class="vh">, verdict on {{LABEL}}</span></summary>
<div class="panel">
<p><bdi>{{REASON}}</bdi></p>
<dl>
{{#CLAIM}}
<dt>Claimed</dt><dd><bdi>{{CLAIMED}}</bdi>{{#AS_OF}}, as of <time>{{DATE}}</time>{{/AS_OF}}{{#CITED}}, citing <a href="{{URL}}" rel="nofollow noopener noreferrer">{{HOST}}</a>{{/CITED}}</dd>
{{/CLAIM}}
{{#UNCLAIMED}}
<dt>Claimed</dt><dd>nothing; it is missing from the catalog</dd>
{{/UNCLAIMED}}
{{#AUDITED}}
<dt>Observed</dt><dd><bdi>{{OBSERVED}}</bdi></dd>
{{/AUDITED}}
{{#SINCE}}
<dt>Verdict</dt><dd>{{#BEGUN}}since <time datetime="{{TIME}}">{{DATE}}</time>, {{/BEGUN}}{{JUDGED}} {{#RUN_PAGE}}<a href="{{URL}}">run {{RUN}}</a>{{/RUN_PAGE}}{{#NO_RUN_PAGE}}run {{RUN}}{{/NO_RUN_PAGE}}{{#CONFIRMED}}; {{NEWEST}} <time datetime="{{TIME}}">{{MINUTE}}</time> UTC{{/CONFIRMED}}</dd>
{{/SINCE}}
</dl>
{{#SEEN}}
<p class="seen"><bdi>{{SEEN_SOURCE}}</bdi>{{#TOLD}} said <bdi>{{TOLD_VALUE}}</bdi>{{/TOLD}}{{#AT}}, <time datetime="{{TIME}}">{{MINUTE}}</time> UTC{{/AT}}{{#LINKED}} · <a href="{{URL}}" rel="nofollow noopener noreferrer">{{ADDRESS}}</a>{{/LINKED}}{{#UNLINKED}} · <bdi>{{ADDRESS}}</bdi>{{/UNLINKED}}{{#STORED}} · <a href="{{URL}}">evidence</a>{{/STORED}}</p>
{{/SEEN}}
{{#MORE}}
<p class="seen">and <a href="{{URL}}">{{MORE_COUNT}} more</a></p>
{{/MORE}}
</div></details>
