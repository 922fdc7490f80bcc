"""
The face of the web server that driver 10 brings along: `/requests` and `/stat/requests` of its first generation,
`/api/v2/…` of the later ones. Reference and what we do otherwise: docs/driver10-programs.md.
"""
