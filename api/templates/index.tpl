{{%AUTOESCAPE context="HTML"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Models – assay</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><a href="/">assay</a></header>
{{#BANNER}}
<p class="banner" role="note">Not live data: <bdi>{{ORIGIN}}</bdi></p>
{{/BANNER}}
<main>
<h1>Models</h1>
<p>What this catalog says of {{COUNT}} models, and what the evidence says of each label.</p>
<div class="scroll" role="region" aria-label="Models and their verdicts" tabindex="0">
<table>
<thead>
<tr><th scope="col">Model</th><th scope="col">Developer</th><th scope="col">Openness</th><th scope="col">Verdicts on its labels</th><th scope="col">Audited</th></tr>
</thead>
<tbody>
{{#MODEL}}
<tr><th scope="row"><a href="{{URL}}"><bdi>{{DISPLAY_NAME}}</bdi></a></th><td><bdi>{{DEVELOPER}}</bdi></td><td><bdi>{{OPENNESS}}</bdi></td><td>{{#COUNTED}}<span class="count {{CLASS}}">{{NUMBER}} {{NAME}}</span> {{/COUNTED}}</td><td>{{#AUDITED}}<time datetime="{{LAST_AUDIT}}">{{DATE}}</time>{{/AUDITED}}{{#NEVER}}never{{/NEVER}}</td></tr>
{{/MODEL}}
</tbody>
</table>
</div>
<h2>What the verdicts mean</h2>
<dl>
{{#VERDICT}}
<dt>{{NAME}}</dt><dd>{{MEANING}}</dd>
{{/VERDICT}}
</dl>
</main>
<footer>
{{#RUN}}
<p>Newest audit: run {{ID}}, {{STATUS}}, begun <time datetime="{{STARTED_AT}}">{{STARTED_AT}}</time>, <bdi>{{ORIGIN}}</bdi>. <a href="{{URL}}">As JSON</a></p>
{{/RUN}}
{{#NO_RUN}}
<p>No audit yet.</p>
{{/NO_RUN}}
<p><a href="/api/v1/models">These models as JSON</a></p>
</footer>
</body>
</html>
