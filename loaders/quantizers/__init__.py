"""How each family of files spells a quantizer, turned into ``ir.quantization``."""
