"""Who can write an answer: each room here satisfies the one protocol of `base`."""
