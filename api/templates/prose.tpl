{{%AUTOESCAPE context="HTML"}}{{#BLOCK}}
{{#HEADING}}<h3>{{#RUN}}{{#PLAIN}}<bdi>{{TEXT}}</bdi>{{/PLAIN}}{{#STRONG}}<strong>{{TEXT}}</strong>{{/STRONG}}{{#EMPHASIS}}<em>{{TEXT}}</em>{{/EMPHASIS}}{{#CODE}}<code>{{TEXT}}</code>{{/CODE}}{{#LINK}}<a href="{{URL}}" rel="nofollow noopener noreferrer">{{TEXT}}</a>{{/LINK}}{{/RUN}}</h3>{{/HEADING}}
{{#PARAGRAPH}}<p>{{#RUN}}{{#PLAIN}}<bdi>{{TEXT}}</bdi>{{/PLAIN}}{{#STRONG}}<strong>{{TEXT}}</strong>{{/STRONG}}{{#EMPHASIS}}<em>{{TEXT}}</em>{{/EMPHASIS}}{{#CODE}}<code>{{TEXT}}</code>{{/CODE}}{{#LINK}}<a href="{{URL}}" rel="nofollow noopener noreferrer">{{TEXT}}</a>{{/LINK}}{{/RUN}}</p>{{/PARAGRAPH}}
{{#BULLETS}}<ul>{{#BULLET}}<li>{{#RUN}}{{#PLAIN}}<bdi>{{TEXT}}</bdi>{{/PLAIN}}{{#STRONG}}<strong>{{TEXT}}</strong>{{/STRONG}}{{#EMPHASIS}}<em>{{TEXT}}</em>{{/EMPHASIS}}{{#CODE}}<code>{{TEXT}}</code>{{/CODE}}{{#LINK}}<a href="{{URL}}" rel="nofollow noopener noreferrer">{{TEXT}}</a>{{/LINK}}{{/RUN}}</li>{{/BULLET}}</ul>{{/BULLETS}}
{{/BLOCK}}
