// Package agent is the driver that runs agents: it performs the effects of the executor and of the fencer and turns what
// happens to processes into their events.
//
//	executor ──Run, Kill, Keep, Watch──▶ Driver ──▶ helper ──▶ agent (a session of its own)
//	         ◀──Restored, Exited, Hint──        ──▶ monitors directly, built-in agents in process
//	fencer   ──RunAgent, KillAgent─────▶        ──▶ fence agent, options on its stdin
//	         ◀──AgentDone──────────────
//
// What changes a service (start, stop, promote, …) is run by a small helper process that outlives the manager: it reads
// the output, knows the exit code and leaves both in a file, so that a manager that comes back learns how the run ended.
// As the subreaper of the agent it also sees which processes survived: those are the service, and their end is a hint.
// Monitors are run directly, since asking again is harmless.
//
// Invariants:
//   - Every Run has one Exited, every RunAgent one AgentDone.
//   - Nothing is passed through a shell; parameters travel in the environment or on stdin, never in argv or in logs.
//   - Agents never inherit priority, and no agent can make the manager hold more than a bounded part of its output.
//   - Records in the run directory are readable by root only, since they hold parameters.
package agent
