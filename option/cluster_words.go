package option

// clusterWords describe the cluster options. These are the words that existing clients print and compare
// (crm_attribute --list-options=cluster, the meta-data of the daemons), and they stand here for that reason alone.
var clusterWords = map[string]words{
	"dc-version": {
		short: "Pacemaker version on cluster node elected Designated Controller (DC)",
		long:  "Includes a hash which identifies the exact revision the code was built from. Used for diagnostic purposes.",
	},
	"cluster-infrastructure": {
		short: "The messaging layer on which Pacemaker is currently running",
		long:  "Used for informational and diagnostic purposes.",
	},
	"cluster-name": {
		short: "An arbitrary name for the cluster",
		long: "This optional value is mostly for users' convenience as desired in administration, but may also be used in " +
			"Pacemaker configuration rules via the #cluster-name node attribute, and by higher-level tools and resource agents.",
	},
	"dc-deadtime": {
		short: "How long to wait for a response from other nodes during start-up",
		long:  "The optimal value will depend on the speed and load of your network and the type of switches used.",
	},
	"cluster-recheck-interval": {
		short: "Polling interval to recheck cluster state and evaluate rules with date specifications",
		long: "Pacemaker is primarily event-driven, and looks ahead to know when to recheck cluster state for failure-timeout " +
			"settings and most time-based rules. However, it will also recheck the cluster after this amount of inactivity, to " +
			"evaluate rules with date specifications and serve as a fail-safe for certain types of scheduler bugs. A value of " +
			"0 disables polling. A positive value sets an interval in seconds, unless other units are specified (for example, " +
			"\"5min\").",
	},
	"election-timeout": {
		long: "Declare an election failed if it is not decided within this much time. If you need to adjust this value, it " +
			"probably indicates the presence of a bug.",
	},
	"shutdown-escalation": {
		long: "Exit immediately if shutdown does not complete within this much time. If you need to adjust this value, it " +
			"probably indicates the presence of a bug.",
	},
	"join-integration-timeout":  {long: "If you need to adjust this value, it probably indicates the presence of a bug."},
	"join-finalization-timeout": {long: "If you need to adjust this value, it probably indicates the presence of a bug."},
	"transition-delay": {
		short: "Enabling this option will slow down cluster recovery under all conditions",
		long: "Delay cluster recovery for this much time to allow for additional events to occur. Useful if your configuration " +
			"is sensitive to the order in which ping updates arrive.",
	},
	"no-quorum-policy": {short: "What to do when the cluster does not have quorum"},
	"shutdown-lock": {
		short: "Whether to lock resources to a cleanly shut down node",
		long: "When true, resources active on a node when it is cleanly shut down are kept \"locked\" to that node (not allowed " +
			"to run elsewhere) until they start again on that node after it rejoins (or for at most shutdown-lock-limit, if " +
			"set). Stonith resources and Pacemaker Remote connections are never locked. Clone and bundle instances and the " +
			"promoted role of promotable clones are currently never locked, though support could be added in a future release.",
	},
	"shutdown-lock-limit": {
		short: "Do not lock resources to a cleanly shut down node longer than this",
		long: "If shutdown-lock is true and this is set to a nonzero time duration, shutdown locks will expire after this much " +
			"time has passed since the shutdown was initiated, even if the node has not rejoined.",
	},
	"enable-acl":        {short: "Enable Access Control Lists (ACLs) for the CIB"},
	"symmetric-cluster": {short: "Whether resources can run on any node by default"},
	"maintenance-mode":  {short: "Whether the cluster should refrain from monitoring, starting, and stopping resources"},
	"start-failure-is-fatal": {
		short: "Whether a start failure should prevent a resource from being recovered on the same node",
		long: "When true, the cluster will immediately ban a resource from a node if it fails to start there. When false, the " +
			"cluster will instead check the resource's fail count against its migration-threshold.",
	},
	"enable-startup-probes": {long: "Whether the cluster should check for active resources during start-up"},
	"fence-remote-without-quorum": {
		short: "Whether remote nodes can be fenced without quorum",
		long: "By default, an inquorate node can not fence Pacemaker Remote nodes that are part of its partition as long as the " +
			"cluster thinks they can be restarted.  If true, inquorate nodes will be able to fence remote nodes regardless.",
	},
	"fencing-enabled": {
		short: "Whether nodes may be fenced as part of recovery",
		long: "If false, unresponsive nodes are immediately assumed to be harmless, and resources that were active on them may " +
			"be recovered elsewhere. This can result in a \"split-brain\" situation, potentially leading to data loss and/or " +
			"service unavailability.",
	},
	"fencing-action": {short: "Action to send to fence device when a node needs to be fenced"},
	"fencing-reaction": {
		short: "How a cluster node should react if notified of its own fencing",
		long: "A cluster node may receive notification of a \"succeeded\" fencing that targeted it if fencing is misconfigured, " +
			"or if fabric fencing is in use that doesn't cut cluster communication. Use \"stop\" to attempt to immediately " +
			"stop Pacemaker and stay stopped, or \"panic\" to attempt to immediately reboot the local node, falling back to " +
			"stop on failure.",
	},
	"fencing-timeout": {short: "How long to wait for on, off, and reboot fence actions to complete by default"},
	"have-watchdog": {
		short: "Whether watchdog integration is enabled",
		long: "This is set automatically by the cluster according to whether SBD is detected to be in use. User-configured " +
			"values are ignored. The value `true` is meaningful if diskless SBD is used and `fencing-watchdog-timeout` is " +
			"nonzero. In that case, if fencing is required, watchdog-based self-fencing will be performed via SBD without " +
			"requiring a fencing resource explicitly configured.",
	},
	"fencing-watchdog-timeout": {
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
	},
	"fencing-max-attempts": {short: "How many times fencing can fail before it will no longer be immediately re-attempted on a target"},
	"concurrent-fencing":   {long: "Allow performing fencing operations in parallel"},
	"startup-fencing": {
		short: "Whether to fence unseen nodes at start-up",
		long: "Setting this to false may lead to a \"split-brain\" situation, potentially leading to data loss and/or service " +
			"unavailability.",
	},
	"priority-fencing-delay": {
		short: "Apply fencing delay targeting the lost nodes with the highest total resource priority",
		long: "Apply specified delay for the fencings that are targeting the lost nodes with the highest total resource priority " +
			"in case we don't have the majority of the nodes in our cluster partition, so that the more significant nodes " +
			"potentially win any fencing match, which is especially meaningful under split-brain of 2-node cluster. A promoted " +
			"resource instance takes the base priority + 1 on calculation if the base priority is not 0. Any static/random " +
			"delays that are introduced by `pcmk_delay_base/max` configured for the corresponding fencing resources will be " +
			"added to this delay. This delay should be significantly greater than, safely twice, the maximum " +
			"`pcmk_delay_base/max`. By default, priority fencing delay is disabled.",
	},
	"node-pending-timeout": {
		short: "How long to wait for a node that has joined the cluster to join the controller process group",
		long: "Fence nodes that do not join the controller process group within this much time after joining the cluster, to " +
			"allow the cluster to continue managing resources. A value of 0 means never fence pending nodes. Setting the value " +
			"to 2h means fence nodes after 2 hours.",
	},
	"cluster-delay": {
		short: "Maximum time for node-to-node communication",
		long: "The node elected Designated Controller (DC) will consider an action failed if it does not get a response from the " +
			"node executing the action within this time (after considering the action's own timeout). The \"correct\" value " +
			"will depend on the speed and load of your network and cluster nodes.",
	},
	"load-threshold": {
		short: "Maximum amount of system load that should be used by cluster nodes",
		long: "The cluster will slow down its recovery process when the amount of system resources used (currently CPU) " +
			"approaches this limit",
	},
	"node-action-limit": {short: "Maximum number of jobs that can be scheduled per node (defaults to 2x cores)"},
	"batch-limit": {
		short: "Maximum number of jobs that the cluster may execute in parallel across all nodes",
		long: "The \"correct\" value will depend on the speed and load of your network and cluster nodes. If set to 0, the " +
			"cluster will impose a dynamically calculated limit when any node has a high load.",
	},
	"migration-limit": {
		short: "The number of live migration actions that the cluster is allowed to execute in parallel on a node (-1 means no " +
			"limit)",
	},
	"cluster-ipc-limit":      {long: "Ignored"},
	"stop-all-resources":     {short: "Whether the cluster should stop all active resources"},
	"stop-removed-resources": {long: "Whether to stop resources that were removed from the configuration"},
	"cancel-removed-actions": {long: "Whether to cancel recurring actions removed from the configuration"},
	"pe-error-series-max": {
		short: "The number of scheduler inputs resulting in errors to save",
		long:  "Zero to disable, -1 to store unlimited.",
	},
	"pe-warn-series-max": {
		short: "The number of scheduler inputs resulting in warnings to save",
		long:  "Zero to disable, -1 to store unlimited.",
	},
	"pe-input-series-max": {
		short: "The number of scheduler inputs without errors or warnings to save",
		long:  "Zero to disable, -1 to store unlimited.",
	},
	"node-health-strategy": {
		short: "How cluster should react to node health attributes",
		long: "Requires external entities to create node attributes (named with the prefix \"#health\") with values \"red\", " +
			"\"yellow\", or \"green\".",
	},
	"node-health-base": {
		short: "Base health score assigned to a node",
		long:  "Only used when \"node-health-strategy\" is set to \"progressive\".",
	},
	"node-health-green": {
		short: "The score to use for a node health attribute whose value is \"green\"",
		long:  "Only used when \"node-health-strategy\" is set to \"custom\" or \"progressive\".",
	},
	"node-health-yellow": {
		short: "The score to use for a node health attribute whose value is \"yellow\"",
		long:  "Only used when \"node-health-strategy\" is set to \"custom\" or \"progressive\".",
	},
	"node-health-red": {
		short: "The score to use for a node health attribute whose value is \"red\"",
		long:  "Only used when \"node-health-strategy\" is set to \"custom\" or \"progressive\".",
	},
	"placement-strategy": {short: "How the cluster should allocate resources to nodes"},
}
