/** Something that whoever started the program can put right: said in one line, without a stack. */
export class Refusal extends Error {}
