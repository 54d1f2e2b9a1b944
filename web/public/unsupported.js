// For browsers that know no modules and therefore run nothing else of this page.
document.getElementById('unsupported').hidden = false;
document.getElementById('empty-actions').hidden = true;
