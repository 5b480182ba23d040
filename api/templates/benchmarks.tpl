{{%AUTOESCAPE context="HTML"}}<table class="list scores">
<thead><tr><th scope="col">Benchmark</th><th scope="col">Score</th><th scope="col">Published</th><th scope="col">Source</th></tr></thead>
<tbody>
{{#ROW}}
<tr><th scope="row"><bdi>{{BENCHMARK}}</bdi>{{#VARIANT}} <span class="unit"><bdi>{{TEXT}}</bdi></span>{{/VARIANT}}{{#NOTES}}<br><span class="unit"><bdi>{{TEXT}}</bdi></span>{{/NOTES}}</th>
<td data-title="Score"><span class="score">{{>VALUE}}</span>{{#BAR}}<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="100" height="6"/><rect class="reached" width="{{WIDTH}}" height="6"/></svg>{{/BAR}} {{#MARKS}}{{>MARK}}{{/MARKS}}</td>
<td data-title="Published">{{#AS_OF}}<time>{{DATE}}</time>{{/AS_OF}}{{#UNDATED}}<span class="undisclosed">not dated</span>{{/UNDATED}}</td>
<td data-title="Source">{{#LINKED}}<a href="{{URL}}" rel="nofollow noopener noreferrer">{{HOST}}</a>{{/LINKED}}{{#UNSOURCED}}<span class="undisclosed">no source</span>{{/UNSOURCED}} {{#SOURCE_MARKS}}{{>MARK}}{{/SOURCE_MARKS}}</td></tr>
{{/ROW}}
</tbody>
</table>
