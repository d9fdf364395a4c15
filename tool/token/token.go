// Package token is "pacer token": it makes, lists and revokes the tokens with which people and programs reach this node's API from
// elsewhere. They are kept in a file of the node (package remote), which knows no secret.
package token

import (
	"errors"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/applet"
	"pacer/exitcode"
	"pacer/isotime"
	"pacer/remote"
	"pacer/tool/command"
	"pacer/xmltree"
)

// Applet is "pacer token".
var Applet = applet.Applet{
	Names: []string{"token"}, Run: Run, Internal: true, Described: true,
	Summary: "make, list and revoke tokens for remote access", SummaryJapanese: "リモートアクセス用トークンの作成・一覧・取り消し",
}

type settings struct {
	user, purpose, expires string
	roles                  []string
}

// usual is how long a token counts when nothing else is said, most the longest life that can be named in units.
const (
	usual = 90 * 24 * time.Hour
	most  = 100 * 365 * 24 * time.Hour
)

// Run is "pacer token".
func Run(env applet.Env) exitcode.Code {
	s := &settings{}
	return command.Run(env, command.Spec{
		Name: "pacer token", Synopsis: "create|list|revoke [ID...]", TakesWords: true,
		Summary: "pacer token - make, list and revoke tokens for remote access to this node\n\n" +
			"pacer token create --user NAME     print a new token, once\n" +
			"pacer token list                   whose tokens there are, and until when they count\n" +
			"pacer token revoke ID...           refuse a token from now on\n\n" +
			"Who has a token does with it what its user may, by the tools (CIB_server, CIB_port, CIB_passwd) or by HTTP\n" +
			"(Authorization: Bearer). The tokens of a node are in /etc/pacer/tokens; copy the file to let them count on others.",
		Options: []command.Option{
			command.Text(&s.user, "user", 'u', "NAME", "create: with whose rights the token works"),
			command.With(func(v string) error { s.roles = append(s.roles, v); return nil }, "role", 'r', "ROLE",
				"create: let only this role of the access control lists count, whoever the user is and whether the lists are\n"+
					"switched on or not (may be repeated)"),
			command.Text(&s.expires, "expires", 'e', "WHEN",
				"create: until when it counts: a time from now, as 12h, 30d or 8w, a date as 2027-01-31, or\n"+
					"\"never\". Default: 90d"),
			command.Text(&s.purpose, "purpose", 'p', "TEXT", "create: what it is for, to be shown by list"),
		},
	}, s.body)
}

func (s *settings) body(c *command.Call) error {
	if len(c.Words) == 0 {
		return command.Fail(exitcode.Usage, "what shall be done? create, list or revoke (--help)")
	}
	tokens := remote.OpenTokens(c.Env.Places.Tokens())
	verb, words := c.Words[0], c.Words[1:]
	switch {
	case verb == "create" && len(words) == 0:
		return s.create(c, tokens)
	case verb == "list" && len(words) == 0:
		return list(c, tokens)
	case verb == "revoke" && len(words) > 0:
		return revoke(c, tokens, words)
	case verb == "revoke":
		return command.Fail(exitcode.Usage, "which token? \"pacer token list\" shows their ids")
	}
	return command.Fail(exitcode.Usage, "it is not understood what shall be done: %s (--help)", strings.Join(c.Words, " "))
}

// create prints the token alone on standard output, so that it can be caught, and what there is to know of it elsewhere.
func (s *settings) create(c *command.Call, tokens *remote.Tokens) error {
	switch {
	case s.user == "":
		return command.Fail(exitcode.Usage, "whose token? Give --user NAME")
	case strings.ContainsFunc(s.user+s.purpose+strings.Join(s.roles, ""), unprintable):
		return command.Fail(exitcode.Usage, "there are control characters in a name or the purpose")
	case slices.Contains(s.roles, ""):
		return command.Fail(exitcode.Usage, "a role has a name")
	}
	now := c.Env.Now()
	expires, err := until(s.expires, now)
	if err != nil {
		return err
	}
	t, text := remote.NewToken(s.user, s.roles, now, expires, s.purpose)
	if err := tokens.Add(t); err != nil {
		return command.Fail(exitcode.CantCreate, "The token could not be stored: %s", err)
	}
	c.Out.Raw(text + "\n")
	c.Out.Add(shown(t, now).Set("text", text))
	if c.Out.XML() {
		return nil
	}
	c.Out.Err("Token %s works for %s %s. It is not shown again.", t.ID, t.User, life(t, now))
	if _, err := user.Lookup(t.User); err != nil {
		c.Out.Err("This node knows no user %s: access control lists can name him, but he is in no group here.", t.User)
	}
	return nil
}

func unprintable(r rune) bool { return !strconv.IsPrint(r) }

// until reads when a token shall end; the zero time is never.
func until(text string, now time.Time) (time.Time, error) {
	units := map[string]time.Duration{"h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}
	switch {
	case text == "":
		return now.Add(usual), nil
	case text == "never":
		return time.Time{}, nil
	}
	if n, err := strconv.Atoi(text[:len(text)-1]); err == nil && units[text[len(text)-1:]] > 0 {
		unit := units[text[len(text)-1:]]
		if n < 1 || n > int(most/unit) {
			return time.Time{}, command.Fail(exitcode.Usage, "--expires %s is out of range; \"never\" lets it count for ever", text)
		}
		return now.Add(time.Duration(n) * unit), nil
	}
	at, err := isotime.Time(text, now.Location())
	if err != nil {
		return time.Time{}, command.Fail(exitcode.Usage, "--expires %s is neither a time from now (12h, 30d, 8w) nor a date", text)
	}
	if !at.After(now) {
		return time.Time{}, command.Fail(exitcode.Usage, "--expires %s is in the past", text)
	}
	return at, nil
}

// life says until when a token counts.
func life(t remote.Token, now time.Time) string {
	switch {
	case t.Expires.IsZero():
		return "until it is revoked"
	case t.Expired(now):
		return "no more: it expired " + t.Expires.Format(time.RFC3339)
	}
	return "until " + t.Expires.Format(time.RFC3339)
}

func shown(t remote.Token, now time.Time) *xmltree.Node {
	n := xmltree.New("token", "id", t.ID, "user", t.User, "created", t.Created.Format(time.RFC3339))
	if !t.Expires.IsZero() {
		n.Set("expires", t.Expires.Format(time.RFC3339)).Set("expired", strconv.FormatBool(t.Expired(now)))
	}
	if t.Purpose != "" {
		n.Set("purpose", t.Purpose)
	}
	for _, r := range t.Roles {
		n.AddNew("role", "id", r)
	}
	return n
}

func list(c *command.Call, tokens *remote.Tokens) error {
	all, err := tokens.List()
	if err != nil {
		return command.Fail(exitcode.OSFile, "The tokens could not be read: %s", err)
	}
	c.Out.Push("tokens")
	defer c.Out.Pop()
	now := c.Env.Now()
	for _, t := range all {
		line := t.ID + "  " + t.User
		if len(t.Roles) > 0 {
			line += " (only " + strings.Join(t.Roles, ", ") + ")"
		}
		line += "  " + life(t, now)
		if t.Purpose != "" {
			line += "  " + t.Purpose
		}
		c.Out.Line("%s", line)
		c.Out.Add(shown(t, now))
	}
	return nil
}

func revoke(c *command.Call, tokens *remote.Tokens, ids []string) error {
	for _, id := range ids {
		err := tokens.Revoke(id)
		if errors.Is(err, remote.ErrNoSuchToken) {
			return command.Fail(exitcode.NoSuch, "There is no token %q; \"pacer token list\" shows them", id)
		}
		if err != nil {
			return command.Fail(exitcode.CantCreate, "Token %s could not be revoked: %s", id, err)
		}
		c.Out.Line("Token %s is refused from now on.", id)
	}
	return nil
}
