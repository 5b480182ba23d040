{{%AUTOESCAPE context="HTML"}}<ol class="flow">
<li class="end">{{BEGIN}}</li>
{{#EMBEDDING}}
<li class="box"><strong>{{BOX_TITLE}}</strong>
<ul>{{#LINE}}<li><span class="unit">{{LINE_NAME}}</span> {{>VALUE}}{{#MARKED}} <a class="v {{CLASS}}" href="{{MARK_URL}}"><span>{{VERDICT}}</span></a>{{/MARKED}}</li>{{/LINE}}</ul></li>
{{/EMBEDDING}}
<li class="stack">
{{#TIMES}}<p class="times">{{LINE_NAME}} × {{>VALUE}}{{#MARKED}} <a class="v {{CLASS}}" href="{{MARK_URL}}"><span>{{VERDICT}}</span></a>{{/MARKED}}</p>{{/TIMES}}
{{#NETWORK}}<p class="network">{{LINE_NAME}}: {{>VALUE}}{{#MARKED}} <a class="v {{CLASS}}" href="{{MARK_URL}}"><span>{{VERDICT}}</span></a>{{/MARKED}}</p>{{/NETWORK}}
<ol>
{{#LAYER}}
<li class="box"><strong>{{BOX_TITLE}}</strong>
<ul>{{#LINE}}<li><span class="unit">{{LINE_NAME}}</span> {{>VALUE}}{{#MARKED}} <a class="v {{CLASS}}" href="{{MARK_URL}}"><span>{{VERDICT}}</span></a>{{/MARKED}}</li>{{/LINE}}</ul></li>
{{/LAYER}}
</ol>
</li>
{{#OUTPUT}}
<li class="box"><strong>{{BOX_TITLE}}</strong>
<ul>{{#LINE}}<li><span class="unit">{{LINE_NAME}}</span> {{>VALUE}}{{#MARKED}} <a class="v {{CLASS}}" href="{{MARK_URL}}"><span>{{VERDICT}}</span></a>{{/MARKED}}</li>{{/LINE}}</ul></li>
{{/OUTPUT}}
<li class="end">{{END}}</li>
</ol>
