"""Workflows: what people run load tests for, built on plans, engines and results."""
