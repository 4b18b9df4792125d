/** Python's keywords, and what a module or the generated code has already. */
const TAKEN = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield self x inputs outputs F nn torch float super T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict logits modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad'.split(
    ' ',
  ),
)

/** A valid and different name of an attribute for each layer, as near to its own as Python allows. */
export function identifiers(names: readonly string[]): Map<string, string> {
  const used = new Set(TAKEN)
  return new Map(
    names.map((name) => {
      // Names that begin with two underscores, Python changes inside a class.
      const plain = name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d|__)/, 'layer_')
      let free = plain
      while (used.has(free)) free = `${free}_`
      used.add(free)
      return [name, free]
    }),
  )
}
