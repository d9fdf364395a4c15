// Package ocf holds the rules of the OCF Resource Agent API 1.1 that everybody needs: exit codes and the meta-data
// document. Starting agents is the agent driver's work.
package ocf
