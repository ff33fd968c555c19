"""The right answers: one torch module a chapter, in float64 on any device, documented as a small library."""
