"""The demonstration's records: invented people, enterprises and projects, with a history that the product itself wrote.

`script` decides what happened, from a seed and nothing else; `play` lets it happen through the ordinary actions.
Visits, appeals, measures and extensions are not there yet: they come with the screens that show them.
"""
