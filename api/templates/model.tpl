{{%AUTOESCAPE context="HTML"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{DISPLAY_NAME}} – assay</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><a href="/">assay</a></header>
{{#BANNER}}
<p class="banner" role="note">Not live data: <bdi>{{ORIGIN}}</bdi></p>
{{/BANNER}}
<main>
<h1><bdi>{{DISPLAY_NAME}}</bdi></h1>
<p><bdi>{{DEVELOPER}}</bdi>, <bdi>{{FAMILY}}</bdi>, <bdi>{{OPENNESS}}</bdi>. {{#AUDITED}}Last audit: <time datetime="{{LAST_AUDIT}}">{{LAST_AUDIT}}</time>.{{/AUDITED}}{{#NEVER}}Never audited.{{/NEVER}}</p>
<p>{{#COUNTED}}<span class="count {{CLASS}}">{{NUMBER}} {{NAME}}</span> {{/COUNTED}}</p>
<div class="scroll" role="region" aria-label="Labels and their verdicts" tabindex="0">
<table>
<thead>
<tr><th scope="col">Label</th><th scope="col">Claimed</th><th scope="col">Verdict</th><th scope="col">Observed</th><th scope="col">Reason and evidence</th></tr>
</thead>
<tbody>
{{#LABEL}}
<tr>
<th scope="row"><bdi>{{PATH}}</bdi></th>
<td><bdi>{{CLAIMED}}</bdi></td>
<td><span class="verdict {{CLASS}}">{{VERDICT}}</span>{{#SINCE}}<br><small>since <time datetime="{{TIME}}">{{DATE}}</time></small>{{/SINCE}}</td>
<td><bdi>{{OBSERVED}}</bdi></td>
<td><bdi>{{REASON}}</bdi>{{#SEEN}}<br><small><bdi>{{SOURCE}}</bdi>, <time datetime="{{TIME}}">{{TIME}}</time>{{#STORED}}: <a href="{{EVIDENCE}}">evidence</a>{{/STORED}}{{#LINKED}}, <a href="{{URL}}" rel="nofollow noopener noreferrer">source</a>{{/LINKED}}</small>{{/SEEN}}</td>
</tr>
{{/LABEL}}
</tbody>
</table>
</div>
</main>
<footer>
<p><a href="{{JSON_URL}}">This entry as JSON</a> · <a href="{{HISTORY_URL}}">its history as JSON</a></p>
</footer>
</body>
</html>
