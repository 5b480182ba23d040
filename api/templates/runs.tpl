{{%AUTOESCAPE context="HTML"}}<h1>Runs</h1>
<p class="lead">Audit runs, newest first.</p>
{{#NONE}}<p class="undisclosed">No runs yet. Start one with <code>assay audit</code>.</p>{{/NONE}}
<table class="list wide">
<thead><tr><th scope="col">Run</th><th scope="col">Started</th><th scope="col">Status</th><th scope="col">Answers from</th><th scope="col">Requests</th><th scope="col">Verdicts</th></tr></thead>
<tbody>
{{#RUN}}
<tr><th scope="row">{{#PAGE}}<a href="{{URL}}">Run {{ID}}</a>{{/PAGE}}</th><td data-title="Started">{{#STARTED}}<time datetime="{{TIME}}">{{MINUTE}}</time>{{/STARTED}}</td><td data-title="Status"><bdi>{{STATUS}}</bdi></td><td data-title="Answers from"><bdi>{{ORIGIN}}</bdi></td><td data-title="Requests">{{SENT}}</td><td data-title="Verdicts">{{#COUNTED}}<span class="v {{CLASS}}">{{NUMBER}} {{NAME}}</span> {{/COUNTED}}</td></tr>
{{/RUN}}
</tbody>
</table>
{{#OLDER}}<p><a href="{{URL}}" rel="next">Older runs</a></p>{{/OLDER}}
