"""The operator's app: pages and their parts."""
