{{%AUTOESCAPE context="HTML"}}<table class="facts">
<thead class="vh"><tr><th scope="col">Label</th><th scope="col">Value</th><th scope="col">Verdict</th></tr></thead>
<tbody>
{{#ROW}}
<tr{{#ANCHORED}} id="{{ID}}"{{/ANCHORED}}><th scope="row"><bdi>{{NAME}}</bdi></th><td>{{>VALUE}}</td><td class="marks">{{#MARKS}}{{>MARK}}{{/MARKS}}</td></tr>
{{/ROW}}
</tbody>
</table>
