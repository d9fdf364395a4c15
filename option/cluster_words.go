package option

// clusterWords describe the cluster options. These are the words that existing clients print and compare
// (crm_attribute --list-options=cluster, the meta-data of the daemons), and they stand here for that reason alone.
func clusterWords(name string) words {
	switch name {
	case "dc-version":
		return words{
			short: "Pacemaker version on cluster node elected Designated Controller (DC)",
			long:  "Includes a hash which identifies the exact revision the code was built from. Used for diagnostic purposes.",
		}
	case "cluster-infrastructure":
		return words{
			short: "The messaging layer on which Pacemaker is currently running",
			long:  "Used for informational and diagnostic purposes.",
		}
	case "cluster-name":
		return words{
			short: "An arbitrary name for the cluster",
			long: "This optional value is mostly for users' convenience as desired in administration, but may also be used in " +
				"Pacemaker configuration rules via the #cluster-name node attribute, and by higher-level tools and resource agents.",
		}
	case "dc-deadtime":
		return words{
			short: "How long to wait for a response from other nodes during start-up",
			long:  "The optimal value will depend on the speed and load of your network and the type of switches used.",
		}
	case "cluster-recheck-interval":
		return words{
			short: "Polling interval to recheck cluster state and evaluate rules with date specifications",
			long: "Pacemaker is primarily event-driven, and looks ahead to know when to recheck cluster state for failure-timeout " +
				"settings and most time-based rules. However, it will also recheck the cluster after this amount of inactivity, to " +
				"evaluate rules with date specifications and serve as a fail-safe for certain types of scheduler bugs. A value of " +
				"0 disables polling. A positive value sets an interval in seconds, unless other units are specified (for example, " +
				"\"5min\").",
		}
	case "election-timeout":
		return words{
			long: "Declare an election failed if it is not decided within this much time. If you need to adjust this value, it " +
				"probably indicates the presence of a bug.",
		}
	case "shutdown-escalation":
		return words{
			long: "Exit immediately if shutdown does not complete within this much time. If you need to adjust this value, it " +
				"probably indicates the presence of a bug.",
		}
	case "join-integration-timeout":
		return words{long: "If you need to adjust this value, it probably indicates the presence of a bug."}
	case "join-finalization-timeout":
		return words{long: "If you need to adjust this value, it probably indicates the presence of a bug."}
	case "transition-delay":
		return words{
			short: "Enabling this option will slow down cluster recovery under all conditions",
			long: "Delay cluster recovery for this much time to allow for additional events to occur. Useful if your configuration " +
				"is sensitive to the order in which ping updates arrive.",
		}
	case "no-quorum-policy":
		return words{short: "What to do when the cluster does not have quorum"}
	case "shutdown-lock":
		return words{
			short: "Whether to lock resources to a cleanly shut down node",
			long: "When true, resources active on a node when it is cleanly shut down are kept \"locked\" to that node (not allowed " +
				"to run elsewhere) until they start again on that node after it rejoins (or for at most shutdown-lock-limit, if " +
				"set). Stonith resources and Pacemaker Remote connections are never locked. Clone and bundle instances and the " +
				"promoted role of promotable clones are currently never locked, though support could be added in a future release.",
		}
	case "shutdown-lock-limit":
		return words{
			short: "Do not lock resources to a cleanly shut down node longer than this",
			long: "If shutdown-lock is true and this is set to a nonzero time duration, shutdown locks will expire after this much " +
				"time has passed since the shutdown was initiated, even if the node has not rejoined.",
		}
	case "enable-acl":
		return words{short: "Enable Access Control Lists (ACLs) for the CIB"}
	case "symmetric-cluster":
		return words{short: "Whether resources can run on any node by default"}
	case "maintenance-mode":
		return words{short: "Whether the cluster should refrain from monitoring, starting, and stopping resources"}
	case "start-failure-is-fatal":
		return words{
			short: "Whether a start failure should prevent a resource from being recovered on the same node",
			long: "When true, the cluster will immediately ban a resource from a node if it fails to start there. When false, the " +
				"cluster will instead check the resource's fail count against its migration-threshold.",
		}
	case "enable-startup-probes":
		return words{long: "Whether the cluster should check for active resources during start-up"}
	case "fence-remote-without-quorum":
		return words{
			short: "Whether remote nodes can be fenced without quorum",
			long: "By default, an inquorate node can not fence Pacemaker Remote nodes that are part of its partition as long as the " +
				"cluster thinks they can be restarted.  If true, inquorate nodes will be able to fence remote nodes regardless.",
		}
	case "fencing-enabled":
		return words{
			short: "Whether nodes may be fenced as part of recovery",
			long: "If false, unresponsive nodes are immediately assumed to be harmless, and resources that were active on them may " +
				"be recovered elsewhere. This can result in a \"split-brain\" situation, potentially leading to data loss and/or " +
				"service unavailability.",
		}
	case "fencing-action":
		return words{short: "Action to send to fence device when a node needs to be fenced"}
	case "fencing-reaction":
		return words{
			short: "How a cluster node should react if notified of its own fencing",
			long: "A cluster node may receive notification of a \"succeeded\" fencing that targeted it if fencing is misconfigured, " +
				"or if fabric fencing is in use that doesn't cut cluster communication. Use \"stop\" to attempt to immediately " +
				"stop Pacemaker and stay stopped, or \"panic\" to attempt to immediately reboot the local node, falling back to " +
				"stop on failure.",
		}
	case "fencing-timeout":
		return words{short: "How long to wait for on, off, and reboot fence actions to complete by default"}
	case "have-watchdog":
		return words{
			short: "Whether watchdog integration is enabled",
			long: "This is set automatically by the cluster according to whether SBD is detected to be in use. User-configured " +
				"values are ignored. The value `true` is meaningful if diskless SBD is used and `fencing-watchdog-timeout` is " +
				"nonzero. In that case, if fencing is required, watchdog-based self-fencing will be performed via SBD without " +
				"requiring a fencing resource explicitly configured.",
		}
	case "fencing-watchdog-timeout":
		return words{
			short: "How long before nodes can be assumed to be safely down when watchdog-based self-fencing via SBD is in use",
			long: "If this is set to a positive value, lost nodes are assumed to achieve self-fencing using watchdog-based SBD " +
				"within this much time. This does not require a fencing resource to be explicitly configured, though a " +
				"fence_watchdog resource can be configured, to limit use to specific nodes. If this is set to 0 (the default), the " +
				"cluster will never assume watchdog-based self-fencing. If this is set to a negative value, the cluster will use " +
				"twice the local value of the `SBD_WATCHDOG_TIMEOUT` environment variable if that is positive, or otherwise treat " +
				"this as 0. WARNING: When used, this timeout must be larger than `SBD_WATCHDOG_TIMEOUT` on all nodes that use " +
				"watchdog-based SBD, and Pacemaker will refuse to start on any of those nodes where this is not true for the local " +
				"value or SBD is not active. When this is set to a negative value, `SBD_WATCHDOG_TIMEOUT` must be set to the same " +
				"value on all nodes that use SBD, otherwise data corruption or loss could occur.",
		}
	case "fencing-max-attempts":
		return words{short: "How many times fencing can fail before it will no longer be immediately re-attempted on a target"}
	case "concurrent-fencing":
		return words{long: "Allow performing fencing operations in parallel"}
	case "startup-fencing":
		return words{
			short: "Whether to fence unseen nodes at start-up",
			long: "Setting this to false may lead to a \"split-brain\" situation, potentially leading to data loss and/or service " +
				"unavailability.",
		}
	case "priority-fencing-delay":
		return words{
			short: "Apply fencing delay targeting the lost nodes with the highest total resource priority",
			long: "Apply specified delay for the fencings that are targeting the lost nodes with the highest total resource priority " +
				"in case we don't have the majority of the nodes in our cluster partition, so that the more significant nodes " +
				"potentially win any fencing match, which is especially meaningful under split-brain of 2-node cluster. A promoted " +
				"resource instance takes the base priority + 1 on calculation if the base priority is not 0. Any static/random " +
				"delays that are introduced by `pcmk_delay_base/max` configured for the corresponding fencing resources will be " +
				"added to this delay. This delay should be significantly greater than, safely twice, the maximum " +
				"`pcmk_delay_base/max`. By default, priority fencing delay is disabled.",
		}
	case "node-pending-timeout":
		return words{
			short: "How long to wait for a node that has joined the cluster to join the controller process group",
			long: "Fence nodes that do not join the controller process group within this much time after joining the cluster, to " +
				"allow the cluster to continue managing resources. A value of 0 means never fence pending nodes. Setting the value " +
				"to 2h means fence nodes after 2 hours.",
		}
	case "cluster-delay":
		return words{
			short: "Maximum time for node-to-node communication",
			long: "The node elected Designated Controller (DC) will consider an action failed if it does not get a response from the " +
				"node executing the action within this time (after considering the action's own timeout). The \"correct\" value " +
				"will depend on the speed and load of your network and cluster nodes.",
		}
	case "load-threshold":
		return words{
			short: "Maximum amount of system load that should be used by cluster nodes",
			long: "The cluster will slow down its recovery process when the amount of system resources used (currently CPU) " +
				"approaches this limit",
		}
	case "node-action-limit":
		return words{short: "Maximum number of jobs that can be scheduled per node (defaults to 2x cores)"}
	case "batch-limit":
		return words{
			short: "Maximum number of jobs that the cluster may execute in parallel across all nodes",
			long: "The \"correct\" value will depend on the speed and load of your network and cluster nodes. If set to 0, the " +
				"cluster will impose a dynamically calculated limit when any node has a high load.",
		}
	case "migration-limit":
		return words{
			short: "The number of live migration actions that the cluster is allowed to execute in parallel on a node (-1 means no " +
				"limit)",
		}
	case "cluster-ipc-limit":
		return words{long: "Ignored"}
	case "stop-all-resources":
		return words{short: "Whether the cluster should stop all active resources"}
	case "stop-removed-resources":
		return words{long: "Whether to stop resources that were removed from the configuration"}
	case "cancel-removed-actions":
		return words{long: "Whether to cancel recurring actions removed from the configuration"}
	case "pe-error-series-max":
		return words{
			short: "The number of scheduler inputs resulting in errors to save",
			long:  "Zero to disable, -1 to store unlimited.",
		}
	case "pe-warn-series-max":
		return words{
			short: "The number of scheduler inputs resulting in warnings to save",
			long:  "Zero to disable, -1 to store unlimited.",
		}
	case "pe-input-series-max":
		return words{
			short: "The number of scheduler inputs without errors or warnings to save",
			long:  "Zero to disable, -1 to store unlimited.",
		}
	case "node-health-strategy":
		return words{
			short: "How cluster should react to node health attributes",
			long: "Requires external entities to create node attributes (named with the prefix \"#health\") with values \"red\", " +
				"\"yellow\", or \"green\".",
		}
	case "node-health-base":
		return words{
			short: "Base health score assigned to a node",
			long:  "Only used when \"node-health-strategy\" is set to \"progressive\".",
		}
	case "node-health-green":
		return words{
			short: "The score to use for a node health attribute whose value is \"green\"",
			long:  "Only used when \"node-health-strategy\" is set to \"custom\" or \"progressive\".",
		}
	case "node-health-yellow":
		return words{
			short: "The score to use for a node health attribute whose value is \"yellow\"",
			long:  "Only used when \"node-health-strategy\" is set to \"custom\" or \"progressive\".",
		}
	case "node-health-red":
		return words{
			short: "The score to use for a node health attribute whose value is \"red\"",
			long:  "Only used when \"node-health-strategy\" is set to \"custom\" or \"progressive\".",
		}
	case "placement-strategy":
		return words{short: "How the cluster should allocate resources to nodes"}
	}
	return words{}
}
