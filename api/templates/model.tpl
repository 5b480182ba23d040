{{%AUTOESCAPE context="HTML"}}<nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="{{HOME}}">Models</a></li>{{#FAMILY}}<li><a href="{{FAMILY_URL}}">{{FAMILY_NAME}}</a></li>{{/FAMILY}}<li aria-current="page"><bdi>{{NAME}}</bdi></li></ol></nav>
<h1><bdi>{{NAME}}</bdi></h1>
{{#LEAD}}<p class="lead"><bdi>{{TEXT}}</bdi></p>{{/LEAD}}
<p class="tally">{{#COUNTED}}<span class="v {{CLASS}}">{{NUMBER}} {{NAME}}</span> {{/COUNTED}}</p>
<p class="unit">{{#EVIDENCE}}The verdicts rest on evidence from {{#FIRST}}<time datetime="{{TIME}}">{{DATE}}</time>{{/FIRST}}{{#UNTIL}} to <time datetime="{{TIME}}">{{DATE}}</time>{{/UNTIL}}. Open a verdict to see what was claimed and what was observed, where and when.{{/EVIDENCE}}{{#NO_EVIDENCE}}No verdict on this entry has evidence yet.{{/NO_EVIDENCE}}</p>
<nav class="jump" aria-label="On this page"><ul>{{#ABOUT}}<li><a href="#about">About</a></li>{{/ABOUT}}<li><a href="#cost">Cost</a></li><li><a href="#architecture">Architecture</a></li><li><a href="#specs">Specs</a></li><li><a href="#benchmarks">Benchmarks</a></li><li><a href="#quantizations">Quantizations</a></li>{{#INNOVATIONS}}<li><a href="#innovations">Innovations</a></li>{{/INNOVATIONS}}{{#LINEAGE}}<li><a href="#lineage">Lineage</a></li>{{/LINEAGE}}<li><a href="#sources">Sources</a></li>{{#OTHERS}}<li><a href="#others">Other labels</a></li>{{/OTHERS}}<li><a href="#trail">Audit trail</a></li></ul></nav>
<section id="facts" aria-label="Key facts">
{{>KEY}}
</section>
{{#ABOUT}}
<section id="about"><h2>About</h2>
{{>PROSE}}
</section>
{{/ABOUT}}
<section id="cost"><h2>Cost</h2>
{{>COST}}
</section>
<section id="architecture"><h2>Architecture</h2>
<p class="unit">Drawn from the entry’s labels; the mark beside a figure links to its verdict.</p>
{{>ARCHITECTURE}}
</section>
<section id="specs"><h2>Specs</h2>
{{>SPECS}}
</section>
<section id="benchmarks"><h2>Benchmarks</h2>
<p class="unit">Each score carries its source and the date it was published. Missing scores are never inferred.</p>
{{#BENCHMARKED}}
{{>BENCHMARKS}}
{{/BENCHMARKED}}
{{#NO_BENCHMARKS}}<p class="undisclosed">The catalog gives no scores.</p>{{/NO_BENCHMARKS}}
</section>
<section id="quantizations"><h2>Quantizations</h2>
{{#QUANTIZED}}
{{>QUANTIZATIONS}}
{{/QUANTIZED}}
{{#NO_QUANTIZATIONS}}<p class="undisclosed">The catalog lists no quantizations.</p>{{/NO_QUANTIZATIONS}}
</section>
{{#INNOVATIONS}}
<section id="innovations"><h2>Innovations</h2>
<ul>{{#ITEM}}<li><bdi>{{TEXT}}</bdi></li>{{/ITEM}}</ul>
</section>
{{/INNOVATIONS}}
{{#USES}}
<section id="uses"><h2>Recommended uses</h2>
<ul>{{#ITEM}}<li><bdi>{{TEXT}}</bdi></li>{{/ITEM}}</ul>
</section>
{{/USES}}
{{#LIMITATIONS}}
<section id="limitations"><h2>Known limitations</h2>
<ul>{{#ITEM}}<li><bdi>{{TEXT}}</bdi>{{#LINKED}} <a class="from" href="{{URL}}" rel="nofollow noopener noreferrer">{{HOST}}</a>{{/LINKED}}</li>{{/ITEM}}</ul>
</section>
{{/LIMITATIONS}}
{{#RECEPTION}}
<section id="reception"><h2>Reception</h2>
{{#ITEM}}
<figure class="quote"><blockquote><p><bdi>{{QUOTE}}</bdi></p></blockquote><figcaption><bdi>{{AUTHOR}}</bdi>{{#SAID}}, <time>{{DATE}}</time>{{/SAID}}{{#LINKED}}, <a href="{{URL}}" rel="nofollow noopener noreferrer">{{HOST}}</a>{{/LINKED}}</figcaption></figure>
{{/ITEM}}
</section>
{{/RECEPTION}}
{{#LINEAGE}}
<section id="lineage"><h2>Lineage</h2>
<ul>{{#ITEM}}<li>{{RELATION}}: {{#LINKED}}<a href="{{URL}}"><bdi>{{NAME}}</bdi></a>{{/LINKED}}{{#UNLINKED}}<bdi>{{NAME}}</bdi>{{/UNLINKED}}</li>{{/ITEM}}</ul>
</section>
{{/LINEAGE}}
<section id="sources"><h2>Sources</h2>
<ol class="sources">
{{#SOURCE}}
<li>{{#LINKED}}<a href="{{URL}}" rel="nofollow noopener noreferrer"><bdi>{{TITLE}}</bdi></a>{{/LINKED}}{{#UNLINKED}}<bdi>{{TITLE}}</bdi>{{/UNLINKED}} <span class="unit"><bdi>{{HOST}}</bdi></span> {{#MARKS}}{{>MARK}}{{/MARKS}}</li>
{{/SOURCE}}
</ol>
</section>
{{#OTHERS}}
<section id="others"><h2>Other labels</h2>
{{>REST}}
</section>
{{/OTHERS}}
<section id="trail"><h2>Audit trail</h2>
{{>TRAIL}}
</section>
<p class="unit">{{#JSON}}<a href="{{URL}}">This entry as JSON</a>{{/JSON}}{{#AUDIT_JSON}}<a href="{{URL}}">These verdicts as JSON</a>{{/AUDIT_JSON}}</p>
