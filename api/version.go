package api

// Version is Pacer's own version, PacemakerVersion the one whose behaviour and formats it offers; scripts compare the latter.
const (
	Version          = "0.1.0"
	PacemakerVersion = "3.0.2"
)
