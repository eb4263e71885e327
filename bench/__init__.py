"""Benchmarks that print ratios, each taken within one run; absolute times differ from machine to machine."""
