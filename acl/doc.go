// Package acl decides what a user may see and change of a configuration, by the access control lists in its section acls.
//
//	<acls> + user, groups ──For──▶ Rights ──View(document)────────▶ the part of it that may be read
//	                                     └──Check(before, after)──▶ nil, or what may not be changed
//
// # The rules
//
// A permission (read, write or deny) means elements, by XPath, by id or by name. It holds for what is below them too, until
// something below is meant by another one: the nearest permission decides, and of several at one element deny comes before write,
// write before read. Where no permission decides, nothing is allowed. Write includes read; a nearer read takes no write away.
//
// An element that may not be read is left out. If something below it may be read, it stays with its id alone.
//
// Changes are judged by comparing the documents, so that it does not matter by which operation somebody tries:
//   - an element is deleted, with all in it: it must have been writable;
//   - attributes of an element change: it must have been writable, and still be afterwards, so that a permission for one name does
//     not reach others by renaming;
//   - elements are put into another order: their parent must be writable;
//   - an element is created: it must be writable where it stands, and so everything in it. Scaffolding (elements with no attribute but
//     an id, outside acls) comes for nothing.
//
// The permissions that count are those before the change, read over both documents. Users root and hacluster are above them, and
// everybody is while the cluster option enable-acl is off.
//
// # Cost
//
// A permission is a pattern (xmltree.Pattern) wherever it can be, so that Check costs the number of permissions for each element on
// the way to a change, and View for each element. An XPath that is no pattern is evaluated once for each document. One that
// cannot be evaluated grants nothing, and a denial with such an XPath denies everything.
//
// Invariants: what Check allows for a document and itself is everything; View of a document gives the same document when all of it
// may be read; nothing here depends on the order of permissions.
package acl
