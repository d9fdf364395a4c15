// Package message is what managers say to each other through the engine: an envelope with a kind, a JSON body that may grow
// fields, and an attachment for big texts. Fields that a reader does not know are left alone, so that two versions can
// work side by side.
//
//	u8 protocol · u32 length of header · header (JSON) · attachment
package message
