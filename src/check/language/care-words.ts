/** Terms that people who need care meet and have to: they do not make a text harder to read. */
export const clinicalTerms: readonly string[] = list(`
  admission admissions allergies allergy ambulance anaesthetic antibiotic antibiotics anticoagulant anticoagulants
  appointment appointments asthma cancer cardiology clinic clinical clinician clinicians community condition conditions
  consultant consultants consultation consultations dermatology diabetes diagnosis diagnoses discharge discharged
  doctor doctors dispensing electronic emergency endoscopy epilepsy hospital hospitals immunisation immunisations
  injection injections maternity medical medication medications medicine medicines midwife midwives monitoring
  neurology nurse nurses oncology operation operations outpatient outpatients paediatric paediatrics palliative
  paracetamol paramedic paramedics pathology pathway pathways patient patients pharmacies pharmacist pharmacists
  pharmacy physiotherapist physiotherapists physiotherapy practice practices prescribe prescribed prescribes
  prescribing prescriber prescribers prescription prescriptions primary psychiatry radiology referral referrals
  rehabilitation respiratory secondary specialist specialists surgery therapist therapists therapy treatment
  treatments vaccination vaccinations vaccine vaccines
`);

/** Words of care and of the NHS that dictionaries for everyone do not have. */
export const careWords: readonly string[] = list(`
  albuminuria alopecia anaphylaxis angiogram angiography anticholinergic anticholinergics anticoag anticoagulated
  anticoagulation anticonvulsant antidiabetic antidiabetics antiemetic antiemetics antifungal antifungals
  antihypertensive antihypertensives antimicrobials antimuscarinic antiplatelet antipsychotic antipsychotics
  antiretroviral antiretrovirals apheresis apnoea arrhythmias arthroplasty ascites atopic audiogram audiograms
  autoinjector autoinjectors axillary babygrow bariatric bariatrics barotrauma bedspace bedspaces benzodiazepine
  benzodiazepines betablocker betablockers bioimpedance biologics biometric biosimilar biosimilars birthweight
  bisphosphonate bisphosphonates bloodborne bloodspot bodyweight bookers brachytherapy bronchiectasis bronchiolitis
  bronchodilator bronchodilators bronchoscopic bronchoscopy buddying cachexia caesarean callout callouts calprotectin
  cannabinoid cannabinoids cannula cannulas cannulation capita cardiometabolic cardiothoracic cardioversion careflow
  casemix catchup catheterisation cauda centile centiles cephalosporin cephalosporins chatbot chatbots claudication
  clexane coeliac cohorted cohorting colonic colorectal colposcopy comms comorbid comorbidities copayment coproduce
  coproduced coproduction corticosteroid corticosteroids craniotomy creatinine cyberattack cyberattacks cybersecurity
  cystoscopy cytotoxic cytotoxics datapoint daycase daycases decannulation decompensated deconditioned deconditioning
  deduplicated defib defibs densitometry deprescribe deprescribed deprescribing deprioritise deprioritised desaturate
  desaturated desaturation desflurane deskside diabetologist diabetologists dietician dieticians discectomy
  diverticular docetaxel doppler dosette doula doulas dropbox dropdown dyspnoea dyspraxia dysrhythmia ebulletin
  echocardiogram echocardiograms echocardiography eclampsia econsult econsults ectopic eform eforms eGFR ehealth
  elastography elearning electromyography embolus endnote endoscopies endoscopist endoscopists epigastric epilepsies
  episiotomy epistaxis ePrescribing equina eReferral eReferrals eRostering erythema exacerbations explainer
  explainers exudate facemask facemasks factsheet factsheets faller fallers fasciitis ferritin fibroids fibromyalgia
  fingerprick fluoroscopy flutamide foetal foetus folate follicular foodbank foodbanks formularies formulary
  frontline gabapentinoids gastro gastroenterologist gastroenterology gastrostomy genomic genotype genotypes
  glomerular glucocorticoid glucocorticoids glucometer glycaemic glycated grandad gynae haematoma haematuria
  haemodialysis haemorrhagic haemostasis handwash handwashing hardcopy hayfever helpdesk helpdesks hepatologist
  hepatologists hepatology homecare homoeopathy hotdesk hotdesking hotline hotlines howto hyperemesis hyperglycaemia
  hyperkalaemia hyperlipidaemia hypermobility hypoglycaemia hypoglycaemic hypokalaemia hyponatraemia hypotension
  hypoxia hysteroscopy iatrogenic icteric ileostomy immunocompromised immunosuppressed immunosuppression impaction
  incisional inclusivity incretin incretins infographic infographics insourced insourcing intensivist intensivists
  intradermal intranasal intraocular intrathecal intubate intubated intubation kanban keloid keratosis ketoacidosis
  ketoacidotic keyworker keyworkers knowledgebase kyphosis laminectomy learnings legionella leukaemias linkworker
  linkworkers lipoprotein lithotripsy livestream livestreamed livestreams lockdown lockdowns longread lymphoedema
  macrolide macrolides macula macular meningococcal microlearning micromol microsite micturition midline millimole
  millimoles misdial misdialled misrouted misrouting mmol mol mucolytic mucolytics mucosa multiagency multimorbid
  multimorbidity multispecialty myalgia myeloma myopathy naevi naevus nan nana nans nasogastric nasopharyngeal
  natalizumab nebulise nebulised nebuliser nebulisers needlestick neonatologist neonatology nephrectomy nephrologist
  nephrologists nephrology nephrostomy neurodevelopmental neurodivergent neurodiverse neurodiversity neuromuscular
  neuropathic neuropathy neuroradiology neurorehabilitation neutropenia neutropenic neutrophil neutrophils norovirus
  nosocomial nystagmus oesophageal offboarding onboarding oncall oncological ophthalmoscope ophthalmoscopy
  orthogeriatric orthogeriatrician orthogeriatricians orthoptist orthosis orthostatic orthotic orthotics orthotist
  osteoporotic ostomy otitis otolaryngology otoscope otoscopes otoscopy overdiagnosis overprescribing oximeter
  oximetry papilloma papillomavirus papules paraesthesia parenteral parkinsonism parkrun perineal perioperative
  petechiae pharmacovigilance phlebotomist phlebotomists phlebotomy photophobia pilates pinboard pleural pneumothorax
  podiatric polycystic polymyalgia polypharmacy portakabin portering postgrad postnatally postop postoperatively
  preadmission preadmissions preassessment prebook prebooked prebooking preceptee preceptees preceptorship
  prediabetes prediabetic preeclampsia prehab prehabilitation preheader prem prems preop preoperatively prepopulate
  prepopulated prescribable prescriber prescribers pressor primigravida proformas proning prostatectomy prostatic
  prosthetics prosthetist proteinuria pruritus psychoeducation psychogeriatric psychosexual psychosocial pullquote
  pulmonology pyrexia quinolone quinolones radiological ranitidine reablement readmissions reattend reattendance
  reattendances reauthorised rebanding rebook rebooked rebooking rebooks rebrand rebranded rebranding recannulate
  recatheterise recertification recoded reflux reopener repo repost reposts represcribe represcribed represcribing
  rerefer rereferral rereferrals resited resus reticulocyte retinopathy revalidate revalidated revalidation
  rheumatological rheumatologist rheumatologists rheumatology ringfence ringfenced roadmap rollout rollouts rostered
  rostering rotavirus sacral safeguarder safetynetting sarcopenia scannable scintigraphy screener selfcare
  septoplasty seroma sessional sevoflurane sharepoint shoutout sideroom siderooms sigmoidoscopy signoff signposter
  signup sitrep sitreps skillmix smartcard smartcards sonographer sonographers spasticity specialties specialty
  speculum sphygmomanometer spirometer spirometry standup stepdown stepup stockout stockouts stocktake stoma stomas
  strapline straplines stridor stylesheet subacute subarachnoid subconjunctival subdural suboptimal subteam
  sulfonylurea sulfonylureas swabbers systemwide tabard tabards talipes tamponade tappable telecare teleconsultation
  teleconsultations teledermatology telehealth telemedicine telemonitoring teletracking tendinopathy tetracyclines
  texters thiazides thrombectomy thromboembolic thromboembolism thrombolysed thrombolysis thrombolytics
  thromboprophylaxis thyroidectomy timeframe timeframes timesheet timesheets titrate titrated titrating titration
  titre titres toolkits topline toplines touchpoint touchpoints tracheostomy transdermal transvaginal triager
  triagers triages triaging troponin tympanoplasty ulcerative unbooked uncoded underdiagnosed underdose underdosed
  underreported underreporting underserved undiagnosed untriaged upskill upskilled upskilling ureteroscopy urodynamic
  urodynamics urogynaecology urticarial vaccinator vaccinators varicella vasculitis vasodilator vasovagal
  venepuncture vestibular videoconference vis vitrectomy vlog vlogger vlogs voiceover vox waitlist waitlists
  walkaround walkthrough wardround warmline washbag washbags wayfinding wearables webchat webform webforms webpage
  webpages wellbeing whistleblower whistleblowers whistleblowing wifi worklist worklists workplan workstream
  workstreams xerostomia xray xrays zimmer zoonotic
`);

function list(words: string): readonly string[] {
  return words.trim().split(/\s+/);
}
