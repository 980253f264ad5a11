"""The model written a second time, from docs/model/odd.md alone.

Nothing here imports relsim. The tables of the page are read as they stand there; its pseudo-code is transcribed, in its
order, and each function names the section or the rule that it transcribes. `life.live` is the door.

Names are those of the page, with two differences that let it read alike: what the page writes `belief[f]` or
`morale[f, O]` is here `r.firm[f].belief` and `r.firm[f].morale[OPERATIONAL]`, and a parameter `candour[f]` is
`r.p.candour[f]`. `r` is the relationship, `e` the event at hand and `u` its four uniforms.
"""
