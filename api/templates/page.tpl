{{%AUTOESCAPE context="HTML"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{TITLE}} – assay</title>
<meta name="description" content="{{DESCRIPTION}}">
<link rel="icon" href="{{ICON}}" type="image/svg+xml">
<link rel="stylesheet" href="{{STYLE}}">
{{#FEED}}<link rel="alternate" type="application/atom+xml" title="Verdict changes" href="{{URL}}">{{/FEED}}
<script src="{{SCRIPT}}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<a class="brand" href="{{HOME}}">assay</a>
<nav aria-label="Pages"><ul>
{{#PART}}
<li>{{#HERE}}<a href="{{PART_URL}}" aria-current="page">{{PART_NAME}}</a>{{/HERE}}{{#ELSEWHERE}}<a href="{{PART_URL}}">{{PART_NAME}}</a>{{/ELSEWHERE}}</li>
{{/PART}}
</ul></nav>
</header>
{{#BANNER}}
<aside class="banner" aria-label="Notice"><strong>Not live data.</strong> <bdi>{{ORIGIN}}</bdi></aside>
{{/BANNER}}
{{#NOTICE}}
<aside class="banner" aria-label="Catalog"><strong>The catalog has errors.</strong> <bdi>{{TEXT}}</bdi></aside>
{{/NOTICE}}
<main id="main">
{{>CONTENT}}
</main>
<footer class="foot">
<p>A fault never becomes a fact: a source that fails proves nothing.{{#FEED}} <a href="{{URL}}">Atom feed of changes</a>.{{/FEED}}{{#STATIC}} Written by <code>assay export</code>.{{/STATIC}}</p>
</footer>
</body>
</html>
