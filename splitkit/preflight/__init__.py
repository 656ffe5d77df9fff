"""Preflight: is this machine fit for a ceremony?"""
