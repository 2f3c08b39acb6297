"""Notes to sound: instruments, fonts, synths, drum machines, and the mix."""
