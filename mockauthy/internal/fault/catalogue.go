package fault

// Catalogue is all faults, by name.
func Catalogue() []Kind {
	return []Kind{
		{"answer", "Says what it is told to: the status (200), the headers and the body, whatever was asked.", []string{"status", "content_type", "headers", "body"}, newAnswer},
		{"contradict", "Turns success in the true answer into its opposite, and leaves the token and the message as they are.", nil, newContradict},
		{"cut-chunk", "Announces a chunk of the true answer's length and hangs up in its middle, or after so many bytes.", []string{"after"}, newCutChunk},
		{"cut-off", "Hangs up in the middle of the true answer's body, or after so many bytes.", []string{"after"}, newCutOff},
		{"delay", "Gives the true answer late.", nil, newLate},
		{"drip", "Gives the true answer one byte a second, or in another interval.", []string{"interval"}, newDrip},
		{"drop-fields", "Leaves fields out of the true answer.", []string{"names"}, newDropFields},
		{"endless", "Gives an answer that never ends.", nil, newEndless},
		{"garbage", "Answers with bytes that are no HTTP.", nil, newGarbage},
		{"garbage-chunks", "Begins the true answer and goes on with chunks that are none.", nil, newGarbageChunks},
		{"hang-up", "Closes the connection without a word.", nil, newHangUp},
		{"reset", "Resets the connection (RST) without a word, or after so many bytes of the true answer's body.", []string{"after"}, newReset},
		{"set-fields", "Sets fields of the true answer, to values of any type.", []string{"fields"}, newSetFields},
		{"silence", "Never answers.", nil, newSilence},
		{"stall", "Stops in the middle of the true answer's body, or after so many bytes, and keeps the connection open.", []string{"after"}, newStall},
		{"wrong-length", "Announces half the length of the true answer, or another one.", []string{"length"}, newWrongLength},
		{"wrong-types", "Gives every field of the true answer another JSON type.", nil, newWrongTypes},
	}
}
