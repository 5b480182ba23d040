{{%AUTOESCAPE context="HTML"}}<h1>About the verdicts</h1>
<p class="lead">Each label in the catalog has one of these verdicts. A verdict says what the evidence shows and no more: when a source fails, nothing is known, and the verdict says so.</p>
<dl class="meanings">
{{#VERDICT}}
<dt id="{{CLASS}}"><span class="v {{CLASS}}">{{NAME}}</span></dt><dd>Means: {{MEANING}}.<br><span class="unit">Needs: {{NEEDS}}.</span></dd>
{{/VERDICT}}
</dl>
<h2>The auditors</h2>
<dl class="meanings">
{{#AUDITOR}}
<dt><code>{{AUDITOR_ID}}</code></dt><dd>{{SUMMARY}}</dd>
{{/AUDITOR}}
</dl>
<p>Before any audit, <a href="{{RULES_URL}}">the validator's rules</a> check the catalog on its own.</p>
