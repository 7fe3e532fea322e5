"""Decode a body into a Struct, turn an error into a problem document. Knows no feature."""

from trailpost.http.decode import UNREADABLE, at_fault, decode, inflate
from trailpost.http.problem import PROBLEM, problem, problem_response

__all__ = ["PROBLEM", "UNREADABLE", "at_fault", "decode", "inflate", "problem", "problem_response"]
