package note

import "time"

// ActionBegun tells that an agent is being run.
type ActionBegun struct{ Resource, Task, Node string }

// ActionDone tells that it ended as it should.
type ActionDone struct {
	Resource, Task, Node string
	Took                 time.Duration
}

// ActionFailed tells that it did not.
type ActionFailed struct {
	Resource, Task, Node, Result, Reason string
}

// ServiceFailed tells that a monitor found a service not as it should be.
type ServiceFailed struct {
	Resource, Node, Result string
	// Hint is the kernel event that brought the monitor forward.
	Hint string
}

// AgentKilled tells that an agent ran over its time.
type AgentKilled struct {
	Resource, Task string
	After          time.Duration
}

// AgentLeftover tells what was done with an agent of an earlier manager.
type AgentLeftover struct{ Resource, Task, Action string }

// ID implements Note.
func (ActionBegun) ID() string   { return "resource.action-begun" }
func (ActionDone) ID() string    { return "resource.action-done" }
func (ActionFailed) ID() string  { return "resource.action-failed" }
func (ServiceFailed) ID() string { return "resource.failed" }
func (AgentKilled) ID() string   { return "resource.agent-killed" }
func (AgentLeftover) ID() string { return "resource.agent-leftover" }

var resourceNotes = []entry{
	{ActionBegun{}, Debug, "{Task} of {Resource} on {Node} begins.", "{Node} で {Resource} の {Task} を開始します。"},
	{ActionDone{}, Info, "{Task} of {Resource} on {Node} is done{Took? ({})}.", "{Node} で {Resource} の {Task} が完了しました{Took?（{}）}。"},
	{ActionFailed{}, Warning, "{Task} of {Resource} on {Node} failed: {Result}{Reason? ({})}.", "{Node} で {Resource} の {Task} が失敗しました：{Result}{Reason?（{}）}。"},
	{ServiceFailed{}, Warning, "{Resource} on {Node} is not as it should be: {Result}{Hint? (noticed by {})}.", "{Node} の {Resource} に異常があります：{Result}{Hint?（検知：{}）}。"},
	{AgentKilled{}, Warning, "{Task} of {Resource} ran over its {After} and was killed.", "{Resource} の {Task} が {After} を超えたため強制終了しました。"},
	{AgentLeftover{}, Info, "{Task} of {Resource} was still running from before: {Action}.", "{Resource} の {Task} が以前から実行中でした：{Action}。"},
}
