{{%AUTOESCAPE context="HTML"}}<dl class="key">
{{#ROW}}
<div><dt>{{NAME}}</dt><dd>{{>VALUE}} {{#MARKS}}{{>MARK}}{{/MARKS}}</dd></div>
{{/ROW}}
</dl>
