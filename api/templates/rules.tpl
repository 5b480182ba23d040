{{%AUTOESCAPE context="HTML"}}<h1>Rules</h1>
<p class="lead">What <code>assay validate</code> checks in a catalog, and why.</p>
<table class="list">
<thead><tr><th scope="col">Rule</th><th scope="col">Severity</th><th scope="col">Finds</th></tr></thead>
<tbody>
{{#RULE}}
<tr id="{{RULE_ID}}"><th scope="row"><code>{{RULE_ID}}</code><br><span class="unit">{{GROUP}}</span></th><td data-title="Severity">{{SEVERITY}}</td><td data-title="Finds">{{SUMMARY}}<br><span class="unit">{{WHY}}</span></td></tr>
{{/RULE}}
</tbody>
</table>
