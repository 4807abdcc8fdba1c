"""Tests of the exports, with an example incident that they share."""
