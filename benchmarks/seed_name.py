"""What the measuring side must know of the seeded rows without setting Django up."""

CODE = "S1-01"  # the first step of a government building: 17 steps in the plan
SEEN = 3  # the project's version after opening, assigning and filing
