package main

import "maps"

// mistakes are all of them: what each does to the hook.
func mistakes() map[string]func(h *hook) {
	all := map[string]func(h *hook){}
	for _, some := range []map[string]func(h *hook){
		usersMistakes(), authyMistakes(), outageMistakes(),
		keyboardInteractiveMistakes(), externalAuthMistakes(), checkPasswordMistakes(),
	} {
		maps.Copy(all, some)
	}
	return all
}
