package note

import "time"

// FencingBegun tells that a node is being cut off.
type FencingBegun struct {
	Target, Action, Why string
}

// FencingDone tells that a device confirmed it.
type FencingDone struct {
	Target, Action, Device, By string
	Took                       time.Duration
}

// FencingFailed tells that no device could; nothing of the target is recovered.
type FencingFailed struct {
	Target, Action, Reason string
}

// FencingCancelled tells that the target came back before its fencing began.
type FencingCancelled struct{ Target string }

// FencingConfirmedByHand tells that an administrator vouched for a node being off.
type FencingConfirmedByHand struct{ Target, User string }

// ID implements Note.
func (FencingBegun) ID() string           { return "fencing.begun" }
func (FencingDone) ID() string            { return "fencing.done" }
func (FencingFailed) ID() string          { return "fencing.failed" }
func (FencingCancelled) ID() string       { return "fencing.cancelled" }
func (FencingConfirmedByHand) ID() string { return "fencing.by-hand" }

var fencingNotes = []entry{
	{FencingBegun{}, Warning, "Fencing {Target} ({Action}){Why?: {}}.", "{Target} をフェンシングします（{Action}）{Why?：{}}。"},
	{FencingDone{}, Warning, "{Target} is fenced ({Action}, {Device} from {By}){Took? after {}}.", "{Target} のフェンシングが完了しました（{Action}、{By} の {Device}）{Took?：{}}。"},
	{FencingFailed{}, Alarm, "Fencing {Target} ({Action}) FAILED: {Reason}. Nothing of it is recovered until it succeeds or is confirmed by hand (stonith_admin -C {Target}).", "{Target} のフェンシング（{Action}）に失敗しました：{Reason}。成功するか、手動で確認（stonith_admin -C {Target}）するまで、サービスは引き継がれません。"},
	{FencingCancelled{}, Info, "{Target} is back before its fencing began; it is not fenced.", "{Target} が復帰したため、フェンシングを取りやめました。"},
	{FencingConfirmedByHand{}, Warning, "{User} confirmed that {Target} is off.", "{User} が {Target} の停止を確認しました。"},
}
