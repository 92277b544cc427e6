"""Tools that know nothing of this product's rooms above: time, ids, errors, hub."""
