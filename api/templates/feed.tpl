{{%AUTOESCAPE context="XML"}}<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>urn:assay:changes{{NARROWING}}</id>
  <title>assay: changes{{OF}}</title>
  <updated>{{UPDATED}}</updated>
  <author><name>assay</name></author>
  <link rel="self" type="application/atom+xml" href="{{BASE}}/feed.xml{{QUERY}}"/>
  <link rel="alternate" href="{{BASE}}/"/>
{{#ENTRY}}  <entry>
    <id>urn:assay:change:{{ID}}</id>
    <title>{{TITLE}}</title>
    <updated>{{AT}}</updated>
    <link rel="alternate" href="{{BASE}}{{PAGE}}"/>
    <category term="{{VERDICT}}"/>
    <summary>{{REASON}}</summary>
  </entry>
{{/ENTRY}}</feed>
