{{%AUTOESCAPE context="HTML"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{TITLE}} – assay</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="top"><a class="brand" href="/">assay</a></header>
<main>
<h1>{{STATUS}} {{TITLE}}</h1>
<p><bdi>{{DETAIL}}</bdi></p>
<p><a href="/">All models</a></p>
</main>
</body>
</html>
