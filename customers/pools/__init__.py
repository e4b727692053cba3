"""Pools: cutting them, looking into them, and the draws for what several people want from them."""
