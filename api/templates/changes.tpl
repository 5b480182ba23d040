{{%AUTOESCAPE context="HTML"}}<h1>Changes</h1>
<p class="lead">Labels whose verdict or observed value changed, newest first. A source that is down for a while changes nothing.</p>
{{#NARROWED}}<p class="unit">Only <bdi>{{OF}}</bdi>. <a href="{{URL}}">All changes</a></p>{{/NARROWED}}
{{#NONE}}<p class="undisclosed">Nothing has changed yet.</p>{{/NONE}}
{{#TABLE}}
<table class="list">
<thead><tr><th scope="col">When</th><th scope="col">Model</th><th scope="col">Label</th><th scope="col">Before</th><th scope="col">Since then</th></tr></thead>
<tbody>
{{#CHANGE}}
<tr><td data-title="When">{{#AT}}<time datetime="{{TIME}}">{{DATE}}</time>{{/AT}} <span class="unit">{{#RUN_PAGE}}<a href="{{URL}}">run {{RUN}}</a>{{/RUN_PAGE}}{{#NO_RUN_PAGE}}run {{RUN}}{{/NO_RUN_PAGE}}</span></td><th scope="row">{{#LINKED}}<a href="{{URL}}"><bdi>{{NAME}}</bdi></a>{{/LINKED}}{{#UNLINKED}}<bdi>{{NAME}}</bdi>{{/UNLINKED}}</th><td data-title="Label"><bdi>{{LABEL}}</bdi></td><td data-title="Before">{{#FROM}}<span class="v {{CLASS}}">{{VERDICT}}</span><br><span class="unit">seen: <bdi>{{OBSERVED}}</bdi></span>{{/FROM}}{{#APPEARED}}<span class="undisclosed">not judged</span>{{/APPEARED}}</td><td data-title="Since then">{{#TO}}<span class="v {{CLASS}}">{{VERDICT}}</span><br><span class="unit">seen: <bdi>{{OBSERVED}}</bdi></span>{{/TO}}{{#GONE}}<span class="undisclosed">no longer a finding</span>{{/GONE}}<br><span class="unit"><bdi>{{REASON}}</bdi></span></td></tr>
{{/CHANGE}}
</tbody>
</table>
{{/TABLE}}
{{#OLDER}}<p><a href="{{URL}}" rel="next">Older changes</a></p>{{/OLDER}}
