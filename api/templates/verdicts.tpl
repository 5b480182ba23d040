{{%AUTOESCAPE context="HTML"}}<h1>About the verdicts</h1>
<p class="lead">Each label of the catalog carries one of these. A verdict says what the evidence shows, never more: when a source fails, nothing is known, and that is what the verdict says.</p>
<dl class="meanings">
{{#VERDICT}}
<dt id="{{CLASS}}"><span class="v {{CLASS}}">{{NAME}}</span></dt><dd>It means: {{MEANING}}.<br><span class="unit">It needs: {{NEEDS}}.</span></dd>
{{/VERDICT}}
</dl>
<h2>The auditors</h2>
<dl class="meanings">
{{#AUDITOR}}
<dt><code>{{AUDITOR_ID}}</code></dt><dd>{{SUMMARY}}</dd>
{{/AUDITOR}}
</dl>
<p>Before an audit, <a href="{{RULES_URL}}">the validator's rules</a> check the catalog by itself.</p>
