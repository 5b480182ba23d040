{{%AUTOESCAPE context="XML"}}<svg xmlns="http://www.w3.org/2000/svg" width="{{WIDTH}}" height="20" viewBox="0 0 {{WIDTH}} 20" role="img" aria-label="assay: {{TEXT}}">
<title>assay: {{TEXT}}</title>
<rect width="{{WIDTH}}" height="20" rx="3" fill="{{COLOUR}}"/><path d="M3 0h{{NAME_END}}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#1c1e21"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="7" y="14" textLength="32">assay</text><text x="{{TEXT_START}}" y="14" textLength="{{TEXT_WIDTH}}">{{TEXT}}</text></g>
</svg>
